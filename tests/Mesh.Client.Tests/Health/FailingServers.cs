using System.Net;
using Mesh.Client.Tests.Pipeline;

namespace Mesh.Client.Tests.Health;

/// <summary>Real servers that answer as the test says, and count.</summary>
internal sealed class FailingServers : IAsyncDisposable
{
    private readonly List<KestrelEndpoint> _servers = [];
    private readonly HttpStatusCode[] _statuses;
    private readonly int[] _requests;

    private FailingServers(int count)
    {
        _statuses = new HttpStatusCode[count];
        _requests = new int[count];
        Array.Fill(_statuses, HttpStatusCode.OK);
    }

    public int Count => _servers.Count;

    public static async Task<FailingServers> StartAsync(int count)
    {
        var servers = new FailingServers(count);
        for (var index = 0; index < count; index++)
        {
            var number = index;
            servers._servers.Add(await KestrelEndpoint.StartAsync(context =>
            {
                Interlocked.Increment(ref servers._requests[number]);
                context.Response.StatusCode = (int)servers._statuses[number];
                return Task.CompletedTask;
            }));
        }

        return servers;
    }

    public int Port(int index) => _servers[index].Http1;

    public int Requests(int index) => Volatile.Read(ref _requests[index]);

    public void Fail(int index, HttpStatusCode status) => _statuses[index] = status;

    public ValueTask StopAsync(int index) => _servers[index].DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
