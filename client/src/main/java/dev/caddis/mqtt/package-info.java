/// What may I call? The public API of the Caddis client.
///
/// [MqttClient#builder] opens a client; [MqttClient#publish] and [MqttClient#submit] hand in a
/// [Message] and return a [Receipt]; handlers get what arrives. What goes wrong is a subclass of
/// [MqttException].
@NullMarked
package dev.caddis.mqtt;

import org.jspecify.annotations.NullMarked;
