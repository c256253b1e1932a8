using System.Globalization;
using ControlPlane.Bench.Orchestrations;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var product, var empty, var storage])
{
    Console.Error.WriteLine("Give the two programs to start, and azurite or none. bench/orchestrations/run does.");
    return 2;
}

await Report.WriteAsync(product, empty, storage == "azurite");
return 0;
