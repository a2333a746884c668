using Mesh.Client.Xds.Resources;

namespace Mesh.Cli.Explanation;

/// <summary>Where the resources of a client come from.</summary>
internal interface IResourceSource
{
    /// <summary>What the control plane makes of the names for the client; one that is not there has no resource.</summary>
    Task<IReadOnlyList<ResourceUpdate>> FetchAsync(string typeUrl, IReadOnlyCollection<string> names, CancellationToken cancellationToken);
}
