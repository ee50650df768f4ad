/** Programs that do it the obvious way, and lose. */
@NullMarked
package io.reliableoutbox.lab.naive;

import org.jspecify.annotations.NullMarked;
