/** From HTTP to a checked request, and from an outcome to an answer or a problem document. */
@NullMarked
package io.reliableoutbox.order.http;

import org.jspecify.annotations.NullMarked;
