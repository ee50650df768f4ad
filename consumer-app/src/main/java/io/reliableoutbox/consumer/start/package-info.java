/** What is checked before the first message is taken, and how a refusal is said. */
@NullMarked
package io.reliableoutbox.consumer.start;

import org.jspecify.annotations.NullMarked;
