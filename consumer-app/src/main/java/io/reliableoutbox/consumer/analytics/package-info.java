/** Orders and revenue of each day in each currency. */
@NullMarked
package io.reliableoutbox.consumer.analytics;

import org.jspecify.annotations.NullMarked;
