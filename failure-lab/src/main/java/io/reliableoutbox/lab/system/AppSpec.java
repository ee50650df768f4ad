package io.reliableoutbox.lab.system;

import java.nio.file.Path;
import java.util.Map;

/**
 * How an app is started.
 *
 * @param environment its settings; passwords travel here and nowhere else, so that no process list
 *     shows them
 */
record AppSpec(String name, Path jar, int heapMegabytes, Map<String, String> environment) {}
