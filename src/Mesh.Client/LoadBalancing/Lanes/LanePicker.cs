using System.Collections.Frozen;

namespace Mesh.Client.LoadBalancing.Lanes;

/// <summary>Keeps lanes apart: requests of a lane go to its endpoints while there are any that take them, all others to the baseline.</summary>
internal sealed class LanePicker(Picker baseline, FrozenDictionary<string, Picker> lanes) : Picker
{
    public override bool ChoosesByLane => true;

    public override BalancedEndpoint? Pick(in PickContext context) =>
        context.Lane is { } lane && lanes.TryGetValue(lane, out var picker) && picker.Pick(context) is { } endpoint ? endpoint : baseline.Pick(context);
}
