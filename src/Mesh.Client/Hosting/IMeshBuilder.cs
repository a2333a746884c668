using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client;

/// <summary>What <c>AddMesh()</c> returns, for further settings.</summary>
public interface IMeshBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}
