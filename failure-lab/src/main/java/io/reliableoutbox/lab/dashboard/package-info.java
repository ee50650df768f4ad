@NullMarked
package io.reliableoutbox.lab.dashboard;

import org.jspecify.annotations.NullMarked;
