using System.Net;
using Mesh.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Testing.InProcess;

/// <summary>A gateway of an <see cref="InProcessMesh"/>.</summary>
public sealed class InProcessGateway(WebApplication app)
{
    public WebApplication App { get; } = app;

    public IMeshGateway Gateway { get; } = app.Services.GetRequiredService<IMeshGateway>();

    /// <summary>Waits until a listener is open.</summary>
    /// <param name="port">As the Gateway resource says it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<IPEndPoint> PortAsync(int port, CancellationToken cancellationToken) => Gateway.WaitForPortAsync(port, cancellationToken);

    /// <summary>Where requests for a listener go.</summary>
    /// <param name="port">As the Gateway resource says it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Uri> AddressAsync(int port, CancellationToken cancellationToken) => new($"http://{await PortAsync(port, cancellationToken)}");
}
