import { deliveryProgressContract } from "../../contracts/delivery-progress";
import { memoryDeliveryProgress } from "./delivery-progress";

deliveryProgressContract("memory", async () => memoryDeliveryProgress());
