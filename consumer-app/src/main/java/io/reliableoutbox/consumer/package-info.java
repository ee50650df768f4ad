@NullMarked
package io.reliableoutbox.consumer;

import org.jspecify.annotations.NullMarked;
