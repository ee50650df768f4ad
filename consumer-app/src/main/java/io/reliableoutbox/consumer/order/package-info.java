/** What the order service says: the three consumers' view of docs/contracts. */
@NullMarked
package io.reliableoutbox.consumer.order;

import org.jspecify.annotations.NullMarked;
