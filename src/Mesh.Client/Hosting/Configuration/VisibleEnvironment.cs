using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration;

/// <summary>The environment variables that routes may put into headers: an application's environment holds secrets, a sidecar's does not.</summary>
internal sealed class VisibleEnvironment(IOptions<MeshOptions> options, IConfiguration? configuration)
{
    /// <summary>Null for a variable that is not set, or may not leave the process.</summary>
    public string? Find(string name) => options.Value.Outbound.HeaderEnvironment.Contains(name) ? configuration?[name] : null;
}
