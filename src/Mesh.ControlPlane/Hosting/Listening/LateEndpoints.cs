using Microsoft.Extensions.Primitives;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>Endpoints of a server that listens already, which are replaced as a whole when there is more to serve.</summary>
internal sealed class LateEndpoints : EndpointDataSource, IDisposable
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private IReadOnlyList<Endpoint> _endpoints = [];
    private CancellationTokenSource _changed = new();

    public override IReadOnlyList<Endpoint> Endpoints
    {
        get
        {
            lock (_lock)
            {
                return _endpoints;
            }
        }
    }

    public override IChangeToken GetChangeToken()
    {
        lock (_lock)
        {
            return new CancellationChangeToken(_changed.Token);
        }
    }

    /// <summary>From now on what is mapped here is served, and nothing else.</summary>
    public void Replace(IServiceProvider services, Action<IEndpointRouteBuilder> map)
    {
        var builder = new Builder(services);
        map(builder);
        CancellationTokenSource before;
        lock (_lock)
        {
            _endpoints = [.. builder.DataSources.SelectMany(source => source.Endpoints)];
            (before, _changed) = (_changed, new CancellationTokenSource());
        }

        before.Cancel();
        before.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _changed.Dispose();
        }
    }

    /// <summary>Collects what is mapped.</summary>
    private sealed class Builder(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
