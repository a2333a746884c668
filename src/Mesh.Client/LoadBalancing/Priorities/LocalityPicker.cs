using Mesh.Client.LoadBalancing.Weighing;

namespace Mesh.Client.LoadBalancing.Priorities;

/// <summary>Chooses a locality by its weight, and leaves the choice of the endpoint to it.</summary>
internal sealed class LocalityPicker(EndpointPicker[] localities, double[] weights, Random random) : EndpointPicker
{
    private readonly AliasTable? _draws = StrideSchedule.Suits(weights) ? null : new AliasTable(weights);
    private readonly StrideSchedule? _turns = StrideSchedule.Suits(weights) ? new StrideSchedule(weights, random) : null;

    public override BalancedEndpoint Pick(ulong hash, int attempt) =>
        localities[_turns?.Next() ?? _draws!.Draw(random)].Pick(hash, attempt);
}
