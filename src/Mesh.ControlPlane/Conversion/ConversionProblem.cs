namespace Mesh.ControlPlane.Conversion;

/// <summary>Why something that an object asks for cannot be had, in the words of the Gateway API's conditions.</summary>
/// <param name="Reason">Of a condition, such as <c>BackendNotFound</c>.</param>
/// <param name="Message">For people.</param>
internal sealed record ConversionProblem(string Reason, string Message)
{
    /// <summary>The first reason with both messages; null when there is neither.</summary>
    public static ConversionProblem? Join(ConversionProblem? first, ConversionProblem? second) =>
        first is null || second is null || first.Message.Contains(second.Message, StringComparison.Ordinal)
            ? first ?? second
            : first with { Message = $"{first.Message}; {second.Message}" };
}
