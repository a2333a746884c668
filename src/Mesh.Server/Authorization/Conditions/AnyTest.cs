using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The most true of several conditions.</summary>
internal sealed class AnyTest(RequestTest[] items) : RequestTest
{
    public override Truth Test(ref RequestFacts facts)
    {
        var truth = Truth.False;
        foreach (var item in items)
        {
            var next = item.Test(ref facts);
            if (next == Truth.True)
            {
                return next;
            }

            truth = next > truth ? next : truth;
        }

        return truth;
    }
}
