using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The least true of several conditions.</summary>
internal sealed class AllTest(RequestTest[] items) : RequestTest
{
    public override Truth Test(ref RequestFacts facts)
    {
        var truth = Truth.True;
        foreach (var item in items)
        {
            var next = item.Test(ref facts);
            if (next == Truth.False)
            {
                return next;
            }

            truth = next < truth ? next : truth;
        }

        return truth;
    }
}
