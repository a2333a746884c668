using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Guards;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Reliability.Model;

/// <summary>
/// A long random life of a client against a reference (fault matrix A22): resources come, change, break and go in any order, types stall, streams break, authorities are called and dropped;
/// whenever the world is whole and still, the client says exactly what the world says. <c>MESH_MODEL_STEPS</c> makes it longer, <c>MESH_MODEL_SEED</c> another life.
/// </summary>
public sealed class XdsModelTests
{
    private const int Hosts = 6;
    private const int StepsBetweenLooks = 40;

    [Fact]
    public async Task A22_RandomLife_EndsEachTimeInTheStateOfTheReference()
    {
        var steps = int.TryParse(Environment.GetEnvironmentVariable("MESH_MODEL_STEPS"), out var asked) ? asked : 20_000;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MESH_MODEL_SEED"), out var chosen) ? chosen : 20_26;
        using var life = new Life(seed);
        await using var rig = life.Rig;
        rig.Logs.Expect("XdsResourceRejected").Expect("XdsResourceRemoved").Expect("XdsDisconnected");
        rig.Client.Start();
        for (var step = 1; step <= steps; step++)
        {
            await life.StepAsync();
            if (step % StepsBetweenLooks == 0)
            {
                await life.MendAndCompareAsync($"seed {seed}, step {step}");
            }
        }

        Assert.DoesNotContain(rig.Logs.Entries, entry => entry.EventName == "XdsStepFailed");
    }

    /// <summary>The world, and what the client was asked to follow of it.</summary>
    private sealed class Life : IDisposable
    {
        private readonly Random _random;
        private readonly ModelServer _server = new();
        private readonly HashSet<int> _called = [];
        private readonly Dictionary<int, (int Routes, int[] Clusters)> _routes = [];
        private readonly Dictionary<int, int> _ports = [];

        public Life(int seed)
        {
            _random = new Random(seed);
            var options = new XdsClientOptions
            {
                Protocol = XdsProtocol.Delta,
                Shrink = new ShrinkRules { HoldTime = TimeSpan.Zero },
                OpenChannel = (server, channel) => new GrpcChannel(server.Address, new HttpMessageInvoker(_server.Handler, disposeHandler: false), channel, ownsInvoker: true),

                // Time stands still here: a stream that breaks twice in one moment would wait for ever.
                BackoffBase = TimeSpan.Zero,
            };
            Rig = new XdsClientRig(options, new Uri("http://model"));
        }

        public XdsClientRig Rig { get; }

        public void Dispose() => _server.Dispose();

        public async Task StepAsync()
        {
            var host = _random.Next(Hosts);
            switch (_random.Next(100))
            {
                case < 10:
                    Rig.Client.Subscribe(Name(host));
                    _called.Add(host);
                    break;
                case < 14:
                    Rig.Client.Unsubscribe(Name(host));
                    _called.Remove(host);
                    break;
                case < 34:
                    await PutRoutesAsync(host);
                    break;
                case < 64:
                    await PutEndpointsAsync(host);
                    break;
                case < 74:
                    await _server.PutAsync(XdsTypeUrl.Cluster, $"c{host}", Resources.Cluster($"c{host}"));
                    break;
                case < 84:
                    await BreakAsync(host);
                    break;
                case < 92:
                    var type = _random.Next(ModelServer.Types.Length);
                    await _server.RemoveAsync(ModelServer.Types[type], NameIn(type, host));
                    break;
                case < 96:
                    await _server.StallAsync(ModelServer.Types[_random.Next(ModelServer.Types.Length)]);
                    break;
                case < 98:
                    await _server.ResumeAsync();
                    break;
                default:
                    await _server.CutAsync();
                    break;
            }

            AssertWhole();
        }

        /// <summary>Puts the world in order, waits until the client is told, and compares.</summary>
        public async Task MendAndCompareAsync(string where)
        {
            for (var host = 0; host < Hosts; host++)
            {
                await _server.PutAsync(XdsTypeUrl.ClusterLoadAssignment, $"c{host}", Resources.Endpoints($"c{host}", PortOf(host)));
                await _server.PutAsync(XdsTypeUrl.Cluster, $"c{host}", Resources.Cluster($"c{host}"));
                await PutRoutesAsync(host);
                await _server.PutAsync(XdsTypeUrl.Listener, $"h{host}:80", Resources.Listener($"h{host}:80", $"r{host}"));
            }

            await _server.ResumeAsync();
            var wanted = Wanted();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            while (true)
            {
                var changed = _server.Changed;
                await Rig.SettleAsync();
                if (_server.IsInStep(wanted) && IsSame())
                {
                    return;
                }

                Rig.Time.Advance(TimeSpan.FromMilliseconds(10));
                try
                {
                    await changed.WaitAsync(TimeSpan.FromMilliseconds(50), limit.Token);
                }
                catch (TimeoutException)
                {
                    Assert.False(limit.IsCancellationRequested);
                }
                catch (OperationCanceledException)
                {
                    Assert.Fail($"{where}: the client does not reach the reference. {_server.Describe()}; client {string.Join("; ", Rig.Client.Snapshot.Destinations.Values)}");
                }
            }
        }

        private async Task PutRoutesAsync(int host)
        {
            var clusters = Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => _random.Next(Hosts)).Distinct().ToArray();
            _routes[host] = (host, clusters);
            await _server.PutAsync(XdsTypeUrl.RouteConfiguration, $"r{host}", Resources.Routes($"r{host}", [.. clusters.Select(cluster => $"c{cluster}")]));
        }

        private async Task PutEndpointsAsync(int host)
        {
            _ports[host] = 1 + _random.Next(60_000);
            await _server.PutAsync(XdsTypeUrl.ClusterLoadAssignment, $"c{host}", Resources.Endpoints($"c{host}", PortOf(host)));
        }

        /// <summary>A version that every client must refuse.</summary>
        private async Task BreakAsync(int host)
        {
            if (_random.Next(2) == 0)
            {
                var endpoints = Resources.Endpoints($"c{host}", 1);
                endpoints.Endpoints[0].Priority = 5000;
                await _server.PutAsync(XdsTypeUrl.ClusterLoadAssignment, $"c{host}", endpoints);
            }
            else
            {
                await _server.PutAsync(XdsTypeUrl.RouteConfiguration, $"r{host}", Resources.Cluster("of the wrong type"));
            }
        }

        /// <summary>At no moment does a request meet half a configuration (gRFC A74).</summary>
        private void AssertWhole()
        {
            foreach (var destination in Rig.Client.Snapshot.Destinations.Values.Where(destination => destination.Status is DestinationStatus.Routed))
            {
                foreach (var cluster in destination.VirtualHost!.Routes.Select(route => route.Action).OfType<ForwardAction>().SelectMany(action => action.Clusters))
                {
                    Assert.Contains(cluster.Name, destination.Clusters.Keys);
                }
            }
        }

        private bool IsSame()
        {
            var said = Rig.Client.Snapshot.Destinations;
            return said.Count == _called.Count && _called.All(host =>
                said.GetValueOrDefault(Name(host)) is { Status: DestinationStatus.Routed, Reason: null } destination
                && destination.Clusters.Count == _routes[host].Clusters.Length
                && _routes[host].Clusters.All(cluster => destination.Clusters.ContainsKey($"c{cluster}") && XdsClientRig.Ports(destination, $"c{cluster}") is [var port] && port == PortOf(cluster)));
        }

        private Dictionary<string, HashSet<string>> Wanted()
        {
            var clusters = _called.SelectMany(host => _routes[host].Clusters).Select(cluster => $"c{cluster}").ToHashSet();
            return new()
            {
                [XdsTypeUrl.Listener] = [.. _called.Select(host => $"h{host}:80")],
                [XdsTypeUrl.RouteConfiguration] = [.. _called.Select(host => $"r{host}")],
                [XdsTypeUrl.Cluster] = clusters,
                [XdsTypeUrl.ClusterLoadAssignment] = clusters,
            };
        }

        private int PortOf(int host) => _ports.GetValueOrDefault(host, 80);

        private static Authority Name(int host) => new($"h{host}", 80);

        private static string NameIn(int type, int host) => type switch { 0 => $"h{host}:80", 1 => $"r{host}", _ => $"c{host}" };
    }
}
