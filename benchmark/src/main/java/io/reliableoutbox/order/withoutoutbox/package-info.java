/**
 * Laid over an order-app by the benchmark {@code orders}, in a package that the app scans: what the
 * app does without its outbox.
 */
@NullMarked
package io.reliableoutbox.order.withoutoutbox;

import org.jspecify.annotations.NullMarked;
