/** The fault stories of {@code ./run scenario}. */
@NullMarked
package io.reliableoutbox.lab.scenario;

import org.jspecify.annotations.NullMarked;
