/**
 * The inbox, to copy: deliveries become rows of {@code consuming.inbox} in the transaction of their
 * effect, each once and in the order of its aggregate. It knows no business and no broker; {@link
 * io.reliableoutbox.consumer.inbox.Inbox} is where to start reading.
 */
@NullMarked
package io.reliableoutbox.consumer.inbox;

import org.jspecify.annotations.NullMarked;
