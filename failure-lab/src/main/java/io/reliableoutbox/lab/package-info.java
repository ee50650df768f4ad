@NullMarked
package io.reliableoutbox.lab;

import org.jspecify.annotations.NullMarked;
