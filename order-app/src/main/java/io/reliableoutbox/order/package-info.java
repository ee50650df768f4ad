@NullMarked
package io.reliableoutbox.order;

import org.jspecify.annotations.NullMarked;
