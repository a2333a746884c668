using Mesh.Config.Schema;

namespace Mesh.ControlPlane.Api.Protobuf;

/// <summary>A field of one of Kubernetes' protobuf messages, and how JSON has it.</summary>
/// <param name="Name">In JSON; empty for a message whose fields stand in its parent (Go's inline).</param>
/// <param name="Type">Of one value.</param>
/// <param name="Schema">Of one value.</param>
/// <param name="IsRepeated">Whether it is a list.</param>
/// <param name="IsPointer">Whether an empty value was meant; others are sent when they were never set, too.</param>
internal sealed record MessageField(string Name, MessageFieldType Type, TypeSchema Schema, bool IsRepeated, bool IsPointer);
