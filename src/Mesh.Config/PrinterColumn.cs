namespace Mesh.Config;

/// <summary>A column of a listing, as a <c>CustomResourceDefinition</c> has it under <c>additionalPrinterColumns</c>.</summary>
/// <param name="Name">The heading.</param>
/// <param name="JsonPath">Where the cell's value stands in the object, such as <c>.spec.hosts</c>.</param>
/// <param name="Description">For people.</param>
/// <param name="Type">Of OpenAPI, or <c>date</c> for an age.</param>
/// <param name="Priority">Above 0 for columns of wide listings only.</param>
internal sealed record PrinterColumn(string Name, string JsonPath, string Description, string Type = "string", int Priority = 0);
