@NullMarked
package io.reliableoutbox.lab.system;

import org.jspecify.annotations.NullMarked;
