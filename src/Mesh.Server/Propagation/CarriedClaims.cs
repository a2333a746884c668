using System.Text.Json;

namespace Mesh.Server.Propagation;

/// <summary>The claims of a request's verified token, by which the calls made for it may be routed; found in its features.</summary>
internal sealed record CarriedClaims(JsonElement Value);
