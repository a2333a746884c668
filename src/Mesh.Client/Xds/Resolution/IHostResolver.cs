using System.Net;

namespace Mesh.Client.Xds.Resolution;

/// <summary>Turns a host name into addresses.</summary>
internal interface IHostResolver
{
    /// <summary>At least one address; throws when there is none.</summary>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
