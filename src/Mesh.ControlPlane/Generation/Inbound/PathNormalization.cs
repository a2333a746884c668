using Mesh.Protocol.Envoy.Http;
using static Mesh.Config.Istio.Mesh.MeshConfig.Types.ProxyPathNormalization.Types;
using static Mesh.Protocol.Envoy.Http.HttpConnectionManager.Types;

namespace Mesh.ControlPlane.Generation.Inbound;

/// <summary>Tells servers in which form their policies see paths: Istio's <c>pathNormalization</c> in Envoy's words.</summary>
internal static class PathNormalization
{
    public static void Apply(MeshSettings settings, HttpConnectionManager manager)
    {
        var form = settings.PathNormalization;
        manager.NormalizePath = form != NormalizationType.None;
        manager.MergeSlashes = form is NormalizationType.MergeSlashes or NormalizationType.DecodeAndMergeSlashes;
        manager.PathWithEscapedSlashesAction = form == NormalizationType.DecodeAndMergeSlashes
            ? PathWithEscapedSlashesAction.UnescapeAndForward
            : PathWithEscapedSlashesAction.KeepUnchanged;
    }
}
