/** What single steps of the relay cost, by JMH. */
@NullMarked
package io.reliableoutbox.benchmark.micro;

import org.jspecify.annotations.NullMarked;
