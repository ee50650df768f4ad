/** The stories, one a class. */
@NullMarked
package io.reliableoutbox.lab.scenario.story;

import org.jspecify.annotations.NullMarked;
