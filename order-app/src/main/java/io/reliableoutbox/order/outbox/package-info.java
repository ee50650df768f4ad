/** Appends to the outbox. Knows neither orders nor the broker: copy it into any service. */
@NullMarked
package io.reliableoutbox.order.outbox;

import org.jspecify.annotations.NullMarked;
