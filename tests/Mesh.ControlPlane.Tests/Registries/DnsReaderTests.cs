using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Mesh.ControlPlane.Registries.Dns;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Registries;

public sealed class DnsReaderTests
{
    private const string Host = "reviews.example.com";

    private readonly Dictionary<string, IPAddress[]> _names = new(StringComparer.Ordinal)
    {
        [Host] = [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")],
        ["a.example.com"] = [IPAddress.Parse("10.0.1.1")],
        ["b.example.com"] = [IPAddress.Parse("10.0.1.2")],
    };

    [Fact]
    public async Task FollowAsync_Addresses_AreEndpointsOfBothFamilies()
    {
        await using var bed = new FeedBed(Reader(Settings()));

        await bed.HasAsync(Host, "10.0.0.1:8080", "10.0.0.2:8080", "fd00::1:8080");
    }

    [Fact]
    public async Task D11_NameGoneOrEmpty_KeepsTheLastAddressesMarkedStale()
    {
        var time = new FakeTimeProvider();
        await using var bed = new FeedBed(Reader(Settings(), time), time);
        await bed.HasAsync(Host, "10.0.0.1:8080", "10.0.0.2:8080", "fd00::1:8080");

        _names[Host] = [];
        await AdvanceUntilAsync(bed, time, Freshness.Stale);
        _names.Remove(Host);
        time.Advance(TimeSpan.FromMinutes(1));

        await bed.HasAsync(Host, "10.0.0.1:8080", "10.0.0.2:8080", "fd00::1:8080");
        _names[Host] = [IPAddress.Parse("10.0.0.9")];
        await AdvanceUntilAsync(bed, time, Freshness.Fresh);
        await bed.HasAsync(Host, "10.0.0.9:8080");
    }

    [Fact]
    public async Task FollowAsync_ServiceRecords_OfTheLowestPriorityAreEndpoints()
    {
        await using var server = new DnsServer { Records = [(1, 5, 9001, "a.example.com"), (1, 0, 9002, "b.example.com"), (2, 1, 9003, "a.example.com")] };
        await using var bed = new FeedBed(Reader(Settings("_http._tcp." + Host, server)));

        await bed.HasAsync(Host, "10.0.1.1:9001", "10.0.1.2:9002");

        Assert.Equal([5u, 1u], bed.Feed.Current.Services.Single().Endpoints.Select(endpoint => endpoint.Weight));
        Assert.Equal(8080, bed.Service(Host).Ports.Single().Number);
    }

    [Fact]
    public async Task FollowAsync_TruncatedDatagram_IsAskedAgainByTcp()
    {
        await using var server = new DnsServer { Records = [(1, 1, 9001, "a.example.com")], Truncates = true };
        await using var bed = new FeedBed(Reader(Settings("_http._tcp." + Host, server)));

        await bed.HasAsync(Host, "10.0.1.1:9001");

        Assert.Equal(1, server.Streams);
    }

    [Fact]
    public async Task FollowAsync_ServiceNameUnknown_SaysWhatTheServerAnswered()
    {
        await using var server = new DnsServer { Code = 3 };
        await using var bed = new FeedBed(Reader(Settings("_http._tcp." + Host, server)));

        await bed.Feed.Tried.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("NXDOMAIN", bed.Feed.State.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyBytes_EndsInRecordsOrOneKindOfError()
    {
        var question = ServiceRecordMessage.Question(7, "_http._tcp.x.test");
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), tail =>
        {
            byte[] answer = [.. question, .. tail];
            (answer[6], answer[7]) = (0xFF, 0xFF);
            try
            {
                return ServiceRecordMessage.Read(answer, question.Length).Length <= 1_000;
            }
            catch (FormatException)
            {
                return true;
            }
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(1, 3));
    }

    private static async Task AdvanceUntilAsync(FeedBed bed, FakeTimeProvider time, Freshness freshness) => await Mesh.Testing.Eventually.ReachesAsync(
        $"{freshness}",
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(31));
            return bed.Feed.State.Freshness == freshness;
        },
        () => bed.Feed.State.ToString(),
        cancellationToken: TestContext.Current.CancellationToken);

    private static DnsSettings Settings(string name = Host, DnsServer? server = null) => new()
    {
        Name = name,
        IsServiceRecord = server is not null,
        Host = Host,
        Namespace = "default",
        Port = 8080,
        Servers = server is null ? [] : [server.Address],
    };

    private DnsReader Reader(DnsSettings settings, TimeProvider? time = null) => new(settings, new HostAddresses(time ?? TimeProvider.System, Resolve), time ?? TimeProvider.System);

    private Task<IPAddress[]> Resolve(string name, CancellationToken cancellationToken) =>
        _names.TryGetValue(name, out var addresses) ? Task.FromResult(addresses) : throw new SocketException((int)SocketError.HostNotFound);
}
