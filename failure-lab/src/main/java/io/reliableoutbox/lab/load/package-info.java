@NullMarked
package io.reliableoutbox.lab.load;

import org.jspecify.annotations.NullMarked;
