using System.Text.Json.Nodes;

namespace Mesh.Cli.Commands.Clients;

/// <summary>The resources of one client.</summary>
internal interface IProxyResources
{
    /// <summary>Those of a type such as LDS, each with <c>name</c> and <c>resource</c>.</summary>
    Task<IEnumerable<JsonObject>> GetAsync(string type, CancellationToken cancellationToken);
}
