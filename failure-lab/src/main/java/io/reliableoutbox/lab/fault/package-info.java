/** Things that can be broken, each of which shows that it took place. */
@NullMarked
package io.reliableoutbox.lab.fault;

import org.jspecify.annotations.NullMarked;
