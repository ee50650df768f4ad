@NullMarked
package io.reliableoutbox.relay;

import org.jspecify.annotations.NullMarked;
