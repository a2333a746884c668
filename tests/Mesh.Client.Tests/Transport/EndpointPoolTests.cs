using System.Net;
using System.Net.Sockets;
using Mesh.Client.Model;
using Mesh.Client.Transport;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Transport;

public sealed class EndpointPoolTests
{
    private static readonly EndpointPoolKey Key = new(new EndpointAddress("127.0.0.1", 1), TimeSpan.FromSeconds(1));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Acquire_OfOneKeyTwice_SharesThePoolUntilBothRelease()
    {
        using var store = CreateStore();
        var pool = store.Acquire(Key);
        Assert.Same(pool, store.Acquire(Key));
        pool.Enter();
        pool.Leave();

        store.Release(pool);
        Assert.True(pool.IsOpen);
        store.Release(pool);

        Assert.False(pool.IsOpen);
        Assert.NotSame(pool, store.Acquire(Key));
    }

    [Fact]
    public void Enter_BeforeTheFirstRequest_OpensNothing()
    {
        using var store = CreateStore();

        Assert.False(store.Acquire(Key).IsOpen);
    }

    [Fact]
    public void Leave_OfTheLastRequestAfterRetiring_ClosesThePool()
    {
        using var store = CreateStore();
        var pool = store.Acquire(Key);
        pool.Enter();
        pool.Enter();

        store.Release(pool);
        pool.Leave();
        Assert.True(pool.IsOpen);
        pool.Leave();

        Assert.False(pool.IsOpen);
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public async Task Enter_ByAStragglerAfterClosing_OpensThePoolForItself()
    {
        using var store = CreateStore();
        var pool = store.Acquire(Key);
        pool.Enter();
        pool.Leave();
        store.Release(pool);

        pool.Enter();
        using var response = await pool.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://a/"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        pool.Leave();

        Assert.False(pool.IsOpen);
    }

    [Fact]
    public async Task Enter_ByManyAtOnceWhileRetiring_NeverMeetsAClosedPool()
    {
        for (var round = 0; round < 20; round++)
        {
            using var store = CreateStore();
            var pool = store.Acquire(Key);
            var requests = Parallel.ForAsync(0, 500, TestContext.Current.CancellationToken, async (_, cancellationToken) =>
            {
                pool.Enter();
                using var response = await pool.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://a/"), cancellationToken);
                pool.Leave();
            });
            store.Release(pool);
            await requests;
            Assert.False(pool.IsOpen);
        }
    }

    [Fact]
    public async Task Retire_WhenTheDrainTimeIsOver_CutsWhatIsLeft()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new EndpointAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using var store = CreateStore(new SocketsEndpointHandlerFactory());
        var pool = store.Acquire(new EndpointPoolKey(address, TimeSpan.FromSeconds(10)));
        pool.Enter();
        var sent = pool.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://a/"), TestContext.Current.CancellationToken);
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await connection.GetStream().ReadExactlyAsync(new byte[4], TestContext.Current.CancellationToken);

        store.Release(pool);
        Assert.False(sent.IsCompleted);
        _time.Advance(EndpointPoolStore.DrainTimeout);

        await Assert.ThrowsAsync<HttpRequestException>(() => sent);
    }

    private EndpointPoolStore CreateStore(IEndpointHandlerFactory? handlers = null) =>
        TestPools.Create(handlers ?? new Tests.Pipeline.ScriptedEndpoints(), _time);
}
