/** Random faults under load, by a seed, and the verdict. */
@NullMarked
package io.reliableoutbox.lab.soak;

import org.jspecify.annotations.NullMarked;
