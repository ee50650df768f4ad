/**
 * What an order is. The packages below follow a request: {@code http} reads it, {@code change}
 * decides in one transaction, {@code store} and {@code outbox} write; {@code start} refuses to run
 * on what can't work.
 */
@NullMarked
package io.reliableoutbox.order;

import org.jspecify.annotations.NullMarked;
