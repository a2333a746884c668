namespace Mesh.Client.Model;

/// <summary>A label of an endpoint that says what its transport can do (metadata <c>envoy.transport_socket_match</c>), such as Istio's <c>tlsMode: istio</c>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Value">As JSON, so that a number is never the text that looks like it.</param>
internal readonly record struct TransportLabel(string Name, string Value);
