using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.LoadBalancing;

/// <summary>A cluster's balancer over hand-made endpoints, with a seeded random source and a clock that stands still.</summary>
internal sealed class BalancerRig(int seed = 5)
{
    private readonly Dictionary<EndpointAddress, BalancedEndpoint> _endpoints = [];
    private readonly Random _random = new(seed);

    public FakeTimeProvider Time { get; } = new();

    public ActiveRequests Active { get; } = new();

    public static Endpoint At(int port, EndpointHealth health) => new(new EndpointAddress("10.0.0.1", port), 1, health);

    public static Endpoint At(int port, uint weight = 1) => new(new EndpointAddress("10.0.0.1", port), weight, EndpointHealth.Healthy);

    public static LocalityEndpoints Local(params Endpoint[] endpoints) => new(Locality.None, 0, 1, [.. endpoints]);

    public static EndpointSet Set(params LocalityEndpoints[] localities) => new([.. localities]);

    public BalancedEndpoint this[int port] => Find(At(port));

    public BalancedEndpoint Find(Endpoint endpoint)
    {
        if (!_endpoints.TryGetValue(endpoint.Address, out var found))
        {
            _endpoints[endpoint.Address] = found = new BalancedEndpoint(endpoint.Address);
        }

        return found;
    }

    public Picker Build(LoadBalancingPolicy policy, EndpointSet endpoints) => new Balancer(_random, Time).Build(policy, endpoints, Active, Find);

    public Picker Build(LoadBalancingPolicy policy, params LocalityEndpoints[] localities) => Build(policy, Set(localities));

    public Picker Build(LoadBalancingKind kind, params LocalityEndpoints[] localities) => Build(new LoadBalancingPolicy(kind), Set(localities));

    public static Dictionary<int, int> Count(Picker picker, int picks, PickContext context = default) =>
        Enumerable.Range(0, picks).Select(_ => picker.Pick(context)!.Address.Port).CountBy(port => port).ToDictionary();
}
