using System.Net;
using System.Net.Sockets;
using Mesh.Client.Dialing;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Dialing;

/// <summary>A host of several addresses, some of which are dead (fault matrix D12, RFC 8305).</summary>
public sealed class AddressRaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly List<IPAddress> _tried = [];
    private readonly Dictionary<IPAddress, TaskCompletionSource<Connection>> _attempts = new()
    {
        [IPAddress.Parse("2001:db8::1")] = New(),
        [IPAddress.Parse("2001:db8::2")] = New(),
        [IPAddress.Parse("192.0.2.1")] = New(),
        [IPAddress.Parse("192.0.2.2")] = New(),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task D12_PreferredFamilyIsDead_TheOtherOneIsTriedAfterAQuarterOfASecond()
    {
        var race = Run();
        await _time.WaitForTimerOfAsync(AddressRace.Delay, Cancellation);
        Assert.Equal([Address("2001:db8::1")], _tried);

        _time.Advance(AddressRace.Delay);
        await _time.WaitForTimerOfAsync(AddressRace.Delay, Cancellation);
        Assert.Equal([Address("2001:db8::1"), Address("192.0.2.1")], _tried);
        var connection = Open("192.0.2.1");

        Assert.Same(connection, await race.WaitAsync(Limit, Cancellation));
        Assert.True(AddressRace.Delay < TimeSpan.FromMilliseconds(300));
        Assert.False(connection.IsDisposed);
    }

    [Fact]
    public async Task D12_AddressRefuses_TheNextOneIsTriedAtOnce()
    {
        _attempts[Address("2001:db8::1")].SetException(new SocketException((int)SocketError.ConnectionRefused));
        var connection = Open("192.0.2.1");

        Assert.Same(connection, await Run().WaitAsync(Limit, Cancellation));
        Assert.Equal(2, _tried.Count);
    }

    [Fact]
    public async Task D12_SlowOneOpensAfterAll_IsClosedWhenAnotherWasFirst()
    {
        var race = Run();
        await _time.WaitForTimerOfAsync(AddressRace.Delay, Cancellation);
        _time.Advance(AddressRace.Delay);
        Open("192.0.2.1");
        await race.WaitAsync(Limit, Cancellation);

        var late = Open("2001:db8::1");

        await late.Disposed.WaitAsync(Limit, Cancellation);
    }

    [Fact]
    public async Task D12_NoneTakesAConnection_FailsForTheReasonOfTheFirst()
    {
        foreach (var (address, attempt) in _attempts)
        {
            attempt.SetException(new SocketException((int)(address.ToString() == "2001:db8::1" ? SocketError.HostUnreachable : SocketError.ConnectionRefused)));
        }

        var failure = await Assert.ThrowsAsync<SocketException>(() => Run().WaitAsync(Limit, Cancellation));

        Assert.Equal(SocketError.HostUnreachable, failure.SocketErrorCode);
        Assert.Equal(["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"], _tried.Select(address => address.ToString()));
    }

    [Fact]
    public async Task D12_CallerGivesUp_EveryAttemptIsCancelled()
    {
        using var caller = new CancellationTokenSource();
        var race = AddressRace.FirstAsync<Connection>(
            [.. _attempts.Keys.Select(address => new IPEndPoint(address, 80))],
            async (_, stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return new Connection();
            },
            _time,
            caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race.WaitAsync(Limit, Cancellation));
    }

    [Fact]
    public async Task D12_NameOfNoAddress_Fails() =>
        await Assert.ThrowsAsync<SocketException>(() => AddressRace.ConnectAsync([], 80, null, _time, Cancellation));

    private static TaskCompletionSource<Connection> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static IPAddress Address(string text) => IPAddress.Parse(text);

    private Connection Open(string address)
    {
        var connection = new Connection();
        _attempts[Address(address)].SetResult(connection);
        return connection;
    }

    private Task<Connection> Run() => AddressRace.FirstAsync(
        [.. _attempts.Keys.Select(address => new IPEndPoint(address, 80))],
        (target, _) =>
        {
            _tried.Add(target.Address);
            return _attempts[target.Address].Task;
        },
        _time,
        Cancellation);

    private sealed class Connection : IDisposable
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        public bool IsDisposed => _disposed.Task.IsCompleted;

        public void Dispose() => _disposed.TrySetResult();
    }
}
