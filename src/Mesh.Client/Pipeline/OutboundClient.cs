using Mesh.Client.Pipeline.Redirects;

namespace Mesh.Client.Pipeline;

/// <summary>What one HTTP client of the process brings along: the handler for what the mesh does not know, and whether it follows redirects.</summary>
/// <param name="Passthrough">Sends what the mesh does not know.</param>
/// <param name="Redirects">Null when the caller sees redirects itself.</param>
internal sealed record OutboundClient(HttpMessageInvoker Passthrough, RedirectFollower? Redirects);
