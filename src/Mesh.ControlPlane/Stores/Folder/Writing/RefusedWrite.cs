using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Stores.Folder.Writing;

/// <summary>Ends a write with an answer instead of a change.</summary>
internal sealed class RefusedWrite(WriteResult result) : Exception(result.Message)
{
    public WriteResult Result { get; } = result;

    public static RefusedWrite Because(WriteRefusal refusal, string message) => new(WriteResult.Refuse(refusal, message));
}
