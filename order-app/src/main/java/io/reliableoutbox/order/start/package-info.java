/** What is checked before the first request is taken. */
@NullMarked
package io.reliableoutbox.order.start;

import org.jspecify.annotations.NullMarked;
